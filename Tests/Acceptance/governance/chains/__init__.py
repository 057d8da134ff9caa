"""Real chain runtimes behind JSON-RPC faces that fail on purpose, and the people who sign for them."""

#: From the package index: an in-process Solana runtime, and an EVM with keys for it.
REQUIREMENTS = (
    "solders==0.29.0",
    "eth-account==0.14.0",
    "eth-tester==0.14.0b1",
    "py-evm==0.12.1b1",
    "eth-keys==0.8.0",
    "eth-utils==6.0.0",
    "rlp==5.0.0",
)
