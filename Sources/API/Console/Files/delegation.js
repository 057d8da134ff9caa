// Having another wallet vote for one, or nobody any more.
import { refresh } from "./refresh.js";
import { ask, offerSigning, Refusal } from "./signing.js";

const form = document.getElementById("delegation");
const field = document.getElementById("delegate");
const part = document.getElementById("delegate-part");
const says = document.getElementById("says");
const isWithdrawal = () => says.value === "nobody";

/** The address that is typed; `null` for nobody. */
const delegate = () => {
  if (isWithdrawal()) return null;
  const address = field.value.trim();
  if (!address) throw new Refusal("", [{ field: "delegate", message: "Enter the address of the wallet that is to vote" }]);
  return address;
};

const textFor = async (wallet) => {
  const chosen = delegate();
  const query = new URLSearchParams(chosen ? { wallet, delegate: chosen } : { wallet });
  const told = await ask(`/governance/delegation?${query}`);
  return { ...told, wallet, delegate: chosen, until: told.expires_at };
};

const send = async ({ wallet, delegate: chosen, nonce, issued_at, expires_at }, signature, kind) => {
  const told = await ask("/governance/delegation", {
    wallet, delegate: chosen, nonce, issued_at, expires_at, signature, form: kind,
  });
  refresh().catch(() => {});
  const who = told.delegate ? `now votes through ${told.delegate}` : "votes itself again";
  return [`The wallet ${told.wallet} ${who}, from the next proposal on.`];
};

offerSigning({ form, chain: () => "solana", textFor, send, check: delegate });
says.addEventListener("change", () => { part.hidden = isWithdrawal(); });
part.hidden = isWithdrawal();
document.getElementById("by-program").open = false;
