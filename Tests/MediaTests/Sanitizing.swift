#if TSAN
/// Whether the thread sanitizer looks on: what has no threads takes ten times as long under it, and shows it nothing.
let isSanitized = true
#else
/// Whether the thread sanitizer looks on: what has no threads takes ten times as long under it, and shows it nothing.
let isSanitized = false
#endif
