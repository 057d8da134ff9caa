// A link from elsewhere comes without the cookie, which goes out only with what began here. Whoever is logged in already
// need not log in again: ask once from here, and go on.
const next = document.querySelector('input[name="next"]')?.value;
const failed = document.getElementById("failure");
if (next && !failed) {
  const answer = await fetch("/account", { method: "HEAD", cache: "no-store", headers: { accept: "text/html" } });
  if (answer.ok && !answer.redirected) location.replace(next);
}
