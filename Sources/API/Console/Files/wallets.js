// Linking a wallet to an account: its owner signs a text that names both.
import { refresh } from "./refresh.js";
import { ask, offerSigning, Refusal } from "./signing.js";

const form = document.getElementById("link-form");
const chain = document.getElementById("chain");

const textFor = async (address) => {
  const told = await ask("/api/wallets/challenge", { chain: chain.value, address });
  return { id: told.challenge_id, text: told.message, until: told.expires_at };
};

let signing;
const send = async ({ id }, signature, kind) => {
  let wallet;
  try {
    wallet = await ask("/api/wallets/link", { challenge_id: id, signature, form: kind });
  } catch (error) {
    // A text is good for one attempt.
    signing.forget();
    const faults = (error.details ?? []).map(({ field, message }) => `The ${field} ${message}.`);
    throw new Refusal(`${faults.join(" ") || error.message} Ask for a new text to try again.`);
  }
  refresh().catch(() => {});
  return [`The wallet ${wallet.address} is linked.`];
};

signing = offerSigning({ form, chain: () => chain.value, textFor, send });
chain.addEventListener("change", signing.offer);
document.getElementById("link-without").hidden = true;
