// Voting on a proposal: writes the choice as it is signed, and hands the signature in.
import { offerRanking } from "./ranking.js";
import { refresh } from "./refresh.js";
import { ask, offerSigning, Refusal } from "./signing.js";

const form = document.getElementById("ballot");
const { proposal, system, decimals } = form.dataset;
const inputs = () => [...form.querySelectorAll("[name='choice']")];
const wrong = (message) => new Refusal("", [{ field: "choice", message }]);

// MARK: The choice

/** Ten-thousandths of a percentage with up to two decimals; `null` for what is none. */
const basisPoints = (text) => {
  const parts = text.trim().match(/^(\d{1,3})(?:[.,](\d{1,2}))?$/);
  if (!parts) return text.trim() === "" ? 0 : null;
  const points = Number(parts[1]) * 100 + Number((parts[2] ?? "").padEnd(2, "0"));
  return points <= 10000 ? points : null;
};
const percent = (points) => `${Math.floor(points / 100)}.${String(points % 100).padStart(2, "0")} %`;

const shares = () => inputs().map((input) => ({ option: input.dataset.option, points: basisPoints(input.value) }));
const addUp = () => {
  const parts = shares();
  const sum = parts.reduce((whole, { points }) => whole + (points ?? 0), 0);
  const rest = 10000 - sum;
  const text = rest === 0 ? "That makes 100 %." : `${percent(Math.abs(rest))} ${rest > 0 ? "are left" : "too much"}.`;
  document.getElementById("shares-sum").textContent = text;
};

const writers = {
  basic: () => inputs().find(({ checked }) => checked)?.value ?? "",
  approval: () => {
    const chosen = inputs().filter(({ checked }) => checked).map(({ value }) => value);
    return chosen.length > 0 ? `approve:${chosen.join(",")}` : "";
  },
  weighted: () => {
    const parts = shares();
    if (parts.some(({ points }) => points === null)) throw wrong("A part is a percentage with at most two decimals");
    const given = parts.filter(({ points }) => points > 0);
    if (given.length === 0) return "";
    const sum = given.reduce((whole, { points }) => whole + points, 0);
    if (sum !== 10000) throw wrong(`The parts have to make 100 %, and make ${percent(sum)}`);
    return `shares:${given.map(({ option, points }) => `${option}=${points}`).join(",")}`;
  },
  ranked: () => {
    const order = ranking();
    return order.length > 0 ? `rank:${order.join(",")}` : "";
  },
};
writers.quadratic = writers.weighted;
writers.copeland = writers.ranked;

const choice = () => {
  const text = writers[system]();
  if (!text) throw wrong("Choose something first");
  return text;
};

// MARK: The ballot

/** Base units as whole tokens, exactly. */
const tokens = (units) => {
  const places = Number(decimals);
  const text = units.padStart(places + 1, "0");
  const whole = text.slice(0, text.length - places).replace(/\B(?=(\d{3})+$)/g, ",");
  const rest = text.slice(text.length - places).replace(/0+$/, "");
  return rest ? `${whole}.${rest}` : whole;
};

const textFor = async (wallet) => {
  const query = new URLSearchParams({ wallet, choice: choice() });
  const told = await ask(`/governance/proposal/${proposal}/ballot?${query}`);
  return { ...told, wallet, choice: query.get("choice"), until: told.expires_at };
};

const send = async ({ wallet, choice, nonce, issued_at, expires_at }, signature, kind) => {
  const ballot = await ask("/governance/vote", {
    proposal_id: proposal, wallet, choice, nonce, issued_at, expires_at, signature, form: kind,
  });
  const link = document.createElement("a");
  link.href = `/governance/proposal/${proposal}/receipts/${encodeURIComponent(ballot.wallet)}`;
  link.textContent = "Its receipt";
  // The totals follow by themselves anyway.
  refresh().catch(() => {});
  return [`Your ballot is number ${ballot.sequence + 1}, with ${tokens(ballot.weight)} tokens of the wallet's own. `, link];
};

const signing = offerSigning({ form, chain: () => "solana", textFor, send, check: choice });
const ranking = ["ranked", "copeland"].includes(system) ? offerRanking(signing.forget) : null;
if (["weighted", "quadratic"].includes(system)) {
  form.addEventListener("input", addUp);
  addUp();
}
const byProgram = document.getElementById("by-program");
byProgram.open = false;

// A vote that has ended takes no ballots, and a page that is loaded now has no form for them.
document.addEventListener("renewed", ({ detail }) => {
  if (form.hidden || detail.getElementById("ballot")) return;
  signing.forget();
  form.hidden = byProgram.hidden = true;
  document.getElementById("signing-status").textContent = "Voting has ended.";
});
