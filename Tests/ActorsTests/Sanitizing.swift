#if TSAN
/// Whether the thread sanitizer looks on: what reckons for long takes ten times as long under it.
let isSanitized = true
#else
/// Whether the thread sanitizer looks on: what reckons for long takes ten times as long under it.
let isSanitized = false
#endif
