// Objecting to a proposal with a key of the council.
import { ask, offerSigning, Refusal } from "./signing.js";

const form = document.getElementById("objection");
const { proposal } = form.dataset;

const reason = () => {
  const text = document.getElementById("reason").value.trim();
  if (!text) throw new Refusal("", [{ field: "reason", message: "Say why, for everybody to read" }]);
  return text;
};

const textFor = async (key) => {
  const query = new URLSearchParams({ proposal_id: proposal, key, reason: reason() });
  const told = await ask(`/governance/veto?${query}`);
  return { ...told, key, reason: query.get("reason"), until: told.expires_at };
};

const send = async ({ key, reason: why, nonce, issued_at, expires_at }, signature, kind) => {
  await ask("/governance/veto", {
    proposal_id: proposal, key, reason: why, nonce, issued_at, expires_at, signature, form: kind,
  });
  const link = document.createElement("a");
  link.href = `/proposals/${encodeURIComponent(proposal)}`;
  link.textContent = "The proposal";
  // There is nothing more to sign.
  form.hidden = true;
  return ["The council has objected, and the proposal is stopped. ", link];
};

offerSigning({ form, chain: () => "solana", textFor, send, check: reason });
document.getElementById("by-program").open = false;
