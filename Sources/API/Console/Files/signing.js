// Has a text signed by a wallet: by a wallet program of this browser, or somewhere else, and the signature is pasted.
import { clock } from "./clock.js";

const askSeconds = 20;
const element = (id) => document.getElementById(id);

// MARK: What is wrong

/** What the station, or this page, does not take; each detail names a field. */
export class Refusal extends Error {
  constructor(message, details = []) {
    super(message);
    this.details = details;
  }
}

/** Beside which field the fault of a field is told. */
const places = {
  wallet: "wallet", address: "wallet", key: "wallet", choice: "choice", delegate: "delegate", reason: "reason",
  signature: "signature", form: "signature",
};
const fields = { wallet: "wallet", choice: "choices", delegate: "delegate", reason: "reason", signature: "signature" };

const tellProblem = (place, text) => {
  const own = element(`${place}-problem`);
  // What stands in a part that is closed would not be seen.
  const problem = own?.parentElement.checkVisibility() ? own : element("any-problem");
  problem.textContent = text;
  problem.hidden = false;
  const field = element(fields[place]);
  field?.setAttribute("aria-invalid", "true");
  return field;
};

const clearProblems = () => {
  for (const problem of document.querySelectorAll(".error[id$='-problem']")) {
    problem.hidden = true;
    problem.textContent = "";
  }
  for (const field of document.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
};

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");

const showProblem = (error) => {
  const details = error.details ?? [];
  // What a wallet program throws is often no error of the language.
  const message = String(error?.message ?? error ?? "").slice(0, 500);
  if (details.length === 0) return tellProblem("any", sentence(message || "The wallet program has refused"));
  let isFirst = true;
  for (const { field, message: fault } of details) {
    // What the station says is either a whole sentence or goes on behind the field's name.
    const text = /^(and|cannot|has|is|must|needs)\b/.test(fault) ? `${field} ${fault}` : fault;
    const input = tellProblem(places[field] ?? "any", sentence(text));
    if (isFirst && input?.checkVisibility()) input.focus();
    isFirst = false;
  }
};

// MARK: The station

/** Asks the station: with a body it is sent, as JSON. */
export const ask = async (path, body) => {
  let answer;
  let text;
  try {
    answer = await fetch(path, {
      method: body ? "POST" : "GET",
      cache: "no-store",
      headers: body ? { accept: "application/json", "content-type": "application/json" } : { accept: "application/json" },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(askSeconds * 1000),
    });
    text = await answer.text();
  } catch {
    throw new Refusal("The station has not answered. Try again in a while");
  }
  let told = {};
  try {
    told = JSON.parse(text);
  } catch {
    if (answer.ok) throw new Refusal("What the station has answered cannot be read");
  }
  if (!answer.ok) throw new Refusal(told.message ?? `The station refuses with status ${answer.status}`, told.details);
  return told;
};

// MARK: Writing bytes

const digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** Bytes in base58, as Solana writes signatures. */
export const base58 = (bytes) => {
  let number = 0n;
  for (const byte of bytes) number = number * 256n + BigInt(byte);
  let text = "";
  for (; number > 0n; number /= 58n) text = digits[Number(number % 58n)] + text;
  for (const byte of bytes) {
    if (byte !== 0) break;
    text = "1" + text;
  }
  return text;
};

const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
const hexadecimal = (bytes) => "0x" + [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const bytesOf = (text) => new TextEncoder().encode(text);

// MARK: Wallet programs

/** Some wallets sign an envelope of the text, and say so by the bytes that they have signed. */
const solanaSigned = (message, signature, signed) => {
  if (!signature?.length) throw new Refusal("The wallet program has given no signature");
  const isPlain = !signed || (signed.length === message.length && message.every((byte, place) => byte === signed[place]));
  return { signature: base58(new Uint8Array(signature)), form: isPlain ? "plain" : `envelope:${base64(new Uint8Array(signed))}` };
};

/** A program that has made itself known by the Wallet Standard. */
const standardProgram = (wallet) => {
  let account;
  return {
    name: wallet.name,
    chain: "solana",
    connect: async () => {
      const { accounts } = await wallet.features["standard:connect"].connect();
      account = accounts.find(({ chains }) => chains.some((chain) => chain.startsWith("solana:")));
      if (!account) throw new Refusal("The wallet program shows no wallet of Solana");
      return account.address;
    },
    sign: async (text) => {
      const message = bytesOf(text);
      const [signed] = await wallet.features["solana:signMessage"].signMessage({ account, message });
      return solanaSigned(message, signed.signature, signed.signedMessage);
    },
  };
};

/** A program that has put itself into the page. */
const injectedProgram = (provider) => ({
  name: provider.isPhantom ? "Phantom" : provider.isSolflare ? "Solflare" : "Wallet of this browser",
  chain: "solana",
  connect: async () => {
    const answer = await provider.connect();
    const key = answer?.publicKey ?? provider.publicKey;
    if (!key) throw new Refusal("The wallet program shows no wallet");
    return key.toString();
  },
  sign: async (text, address) => {
    const message = bytesOf(text);
    const answer = await provider.signMessage(message, "utf8");
    const now = (answer?.publicKey ?? provider.publicKey)?.toString();
    if (now && now !== address) {
      throw new Refusal("The wallet program has gone over to another wallet. Press the button again to use that one");
    }
    return solanaSigned(message, answer?.signature ?? answer, answer?.signedMessage);
  },
});

const ethereumProgram = (provider, name) => ({
  name: name ?? (provider.isMetaMask ? "MetaMask" : "Wallet of this browser"),
  chain: "ethereum",
  connect: async () => (await provider.request({ method: "eth_requestAccounts" }))[0],
  sign: async (text, address) => {
    const signature = await provider.request({ method: "personal_sign", params: [hexadecimal(bytesOf(text)), address] });
    if (typeof signature !== "string" || !signature) throw new Refusal("The wallet program has given no signature");
    return { signature, form: "plain" };
  },
});

const standard = [];
const announced = [];

const found = (chain) => {
  if (chain === "ethereum") {
    // Where several are installed each announces itself, and one of them has the place in the window.
    if (announced.length > 0) return announced.map(({ info, provider }) => ethereumProgram(provider, info.name));
    return window.ethereum?.request ? [ethereumProgram(window.ethereum)] : [];
  }
  const programs = standard
    .filter(({ features }) => features["standard:connect"] && features["solana:signMessage"])
    .map(standardProgram);
  const injected = new Set([window.phantom?.solana, window.solana, window.solflare]);
  for (const provider of injected) {
    if (!provider?.connect || !provider.signMessage) continue;
    const program = injectedProgram(provider);
    if (!programs.some(({ name }) => name === program.name)) programs.push(program);
  }
  return programs;
};

/** Programs that come by the Wallet Standard, or by EIP-6963, now or later. */
const listen = (changed) => {
  const register = (...wallets) => {
    for (const wallet of wallets) if (!standard.includes(wallet)) standard.push(wallet);
    changed();
    return () => {};
  };
  const api = Object.freeze({ register });
  addEventListener("wallet-standard:register-wallet", ({ detail }) => detail?.(api));
  dispatchEvent(new CustomEvent("wallet-standard:app-ready", { detail: api }));
  addEventListener("eip6963:announceProvider", ({ detail }) => {
    const { info, provider } = detail ?? {};
    if (!provider?.request || !info?.name || announced.some((other) => other.info.uuid === info.uuid)) return;
    announced.push(detail);
    changed();
  });
  dispatchEvent(new Event("eip6963:requestProvider"));
  // Some put themselves into the page a moment later.
  setTimeout(changed, 1000);
};

// MARK: Signing

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const commands = {
  solana: (text) => `solana sign-offchain-message --keypair usb://ledger ${quoted(text)}`,
  ethereum: (text) => `cast wallet sign --ledger ${quoted(text)}`,
};

/**
 * Makes the signing part of a page work.
 *
 * @param {HTMLFormElement} form holds it
 * @param {function(): string} chain whose wallets are asked for
 * @param {function(string): Promise<Object>} textFor given an address: the `text` to sign, and `until` when it holds
 * @param {function(Object, string, string): Promise<Array>} send given that, the signature and its form: what to tell
 * @param {function(): void} check throws when there is nothing to sign yet
 */
export const offerSigning = ({ form, chain, textFor, send, check = () => {} }) => {
  const status = element("signing-status");
  const select = element("program");
  const signing = element("signing");
  let programs = [];
  let request = null;
  /** Which attempt it is: what an earlier one still brings is not wanted any more. */
  let attempt = 0;
  let isSending = false;

  const offer = () => {
    const chosen = select.selectedOptions[0]?.textContent;
    programs = found(chain());
    select.replaceChildren(
      ...programs.map(({ name }, place) => new Option(String(name).slice(0, 60), String(place), false, name === chosen)),
    );
    if (programs.length === 0) select.append(new Option("none was found in this browser", ""));
    for (const name of Object.keys(commands)) {
      const part = element(`command-of-${name}`);
      if (part) part.hidden = name !== chain();
    }
    element("form-choice").hidden = chain() !== "solana";
  };

  /** A wallet program may never answer: whoever begins something else, or chooses something else, gives it up. */
  const giveUp = () => {
    attempt += 1;
    form.removeAttribute("aria-busy");
  };

  const clear = () => {
    request = null;
    signing.hidden = true;
    element("signature").value = "";
    status.textContent = "";
  };

  /** The text that is shown or being signed is of another choice or wallet. */
  const forget = () => {
    if (!isSending) giveUp();
    clear();
  };

  const during = async (says, work) => {
    if (isSending) return;
    giveUp();
    const own = attempt;
    const isWanted = () => own === attempt;
    form.setAttribute("aria-busy", "true");
    clearProblems();
    status.textContent = says;
    try {
      await work(isWanted);
    } catch (error) {
      if (!isWanted()) return;
      status.textContent = "";
      showProblem(error);
    } finally {
      if (isWanted()) form.removeAttribute("aria-busy");
    }
  };

  const deliver = async (signature, kind) => {
    isSending = true;
    try {
      const told = await send(request, signature, kind);
      clear();
      status.replaceChildren(...told);
    } finally {
      isSending = false;
    }
  };

  const byProgram = () => during("Waiting for the wallet program …", async (isWanted) => {
    check();
    const program = programs[Number(select.value)];
    if (!select.value || !program) {
      element("by-hand").open = true;
      throw new Refusal("No wallet program was found in this browser. Enter the wallet's address, and sign elsewhere");
    }
    const address = await program.connect();
    if (!isWanted()) return;
    clear();
    const made = await textFor(address);
    if (!isWanted()) return;
    request = made;
    status.textContent = "Sign the text in the wallet program. If it does not answer, press the button again.";
    const { signature, form: kind } = await program.sign(request.text, address);
    if (!isWanted()) return;
    status.textContent = "Sending …";
    await deliver(signature, kind);
  });

  const showText = () => during("Asking for the text …", async (isWanted) => {
    check();
    const address = element("wallet").value.trim();
    if (!address) throw new Refusal("", [{ field: "wallet", message: "Enter the address of the wallet" }]);
    clear();
    const made = await textFor(address);
    if (!isWanted()) return;
    request = made;
    status.textContent = "";
    element("signing-text").textContent = request.text;
    for (const [name, command] of Object.entries(commands)) {
      const part = element(`command-${name}`);
      if (part) part.textContent = command(request.text);
    }
    element("signing-until").textContent = `Sign it as it stands, and send the signature until ${clock(request.until)}.`;
    signing.hidden = false;
    element("signing-text").focus();
  });

  const sendByHand = () => during("Sending …", async () => {
    const signature = element("signature").value.trim();
    if (!request) throw new Refusal("Ask for the text first");
    if (!signature) throw new Refusal("", [{ field: "signature", message: "Paste the signature" }]);
    await deliver(signature, chain() === "solana" ? element("form").value : "plain");
  });

  const onEnter = (id, act) => element(id).addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    act();
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    byProgram();
  });
  form.addEventListener("input", ({ target }) => {
    if (!["signature", "form", "program"].includes(target.id)) forget();
  });
  element("show-text").addEventListener("click", showText);
  element("send").addEventListener("click", sendByHand);
  onEnter("wallet", showText);
  onEnter("signature", sendByHand);
  listen(offer);
  offer();
  form.hidden = false;
  return { offer, forget };
};
