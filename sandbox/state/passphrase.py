"""Pulumi's passphrase secrets provider: AES-256-GCM under a key from PBKDF2-SHA256 with 1,000,000 rounds.

Source: `sdk/go/common/resource/config/crypt.go` and `pkg/secrets/passphrase/manager.go` of pulumi/pulumi.
"""

import base64
import hashlib
import secrets
import threading
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sandbox.errors import SandboxError

ROUNDS = 1_000_000
SALT_BYTES = 8
NONCE_BYTES = 12
_CHECK_TEXT = "pulumi"


_deriving = threading.Lock()


@cache
def _derive(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(hashlib.pbkdf2_hmac("sha256", passphrase.encode(), salt, ROUNDS, dklen=32))


class Passphrase:
    """Encrypts and decrypts for one stack; the first secret costs a third of a second, to derive the key.

    `state` is the stack's `v1:<salt>:v1:<nonce>:<ciphertext>`; without one a new salt is drawn.
    """

    def __init__(self, passphrase: str, state: str | None = None) -> None:
        self._passphrase = passphrase
        self._salt = base64.b64decode(state.split(":")[1]) if state else secrets.token_bytes(SALT_BYTES)
        self._state = state
        self._lock = threading.Lock()
        self._ciphertexts: dict[tuple[str, str], str] = {}

    @property
    def _cipher(self) -> AESGCM:
        with _deriving:
            return _derive(self._passphrase, self._salt)

    @property
    def state(self) -> str:
        """What the state file and `encryptionsalt` keep so that the same passphrase opens it again."""
        if self._state is None:
            self._state = f"v1:{base64.b64encode(self._salt).decode()}:{self.encrypt(_CHECK_TEXT)}"
        return self._state

    def encrypt(self, text: str, *, owner: str = "") -> str:
        """The ciphertext of `text`; the same text of the same owner keeps its ciphertext within a run."""
        with self._lock:
            known = self._ciphertexts.get((owner, text))
        if known is not None:
            return known
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, text.encode(), None)
        return self._remember(
            owner, text, ":".join(["v1", *(base64.b64encode(part).decode() for part in (nonce, sealed))])
        )

    def decrypt(self, ciphertext: str, *, owner: str = "") -> str:
        """Raises SandboxError when the passphrase is not the one the text was sealed with."""
        _, nonce, sealed = ciphertext.split(":")
        try:
            text = self._cipher.decrypt(base64.b64decode(nonce), base64.b64decode(sealed), None).decode()
        except InvalidTag:
            raise SandboxError(
                "incorrect passphrase: the secrets of this stack were sealed with another one; "
                "set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to the passphrase that made it"
            ) from None
        self._remember(owner, text, ciphertext)
        return text

    def _remember(self, owner: str, text: str, ciphertext: str) -> str:
        with self._lock:
            return self._ciphertexts.setdefault((owner, text), ciphertext)
