"""Files whose content is never read into a fact: their name says that they hold secrets."""

from __future__ import annotations

import re
from typing import Final

from handoffd.model.lazy import lazy

_SECRET_NAME: Final = lazy(
    r"^(?:\.env(?:\.(?!example$|sample$|template$|dist$|defaults?$)[\w.-]+)?|[\w.-]+\.env|\.envrc|id_(?:rsa|dsa|ecdsa|ed25519|ecdsa_sk|ed25519_sk)"
    r"|.*\.(?:pem|key|p12|pfx|pkcs12|jks|keystore|ppk|kdbx?|ovpn|tfvars|tfstate|asc\.key|agekey|keytab|jceks|bks|p8)"
    r"|\.(?:npmrc|yarnrc|netrc|pypirc|pgpass|my\.cnf|htpasswd|git-credentials|dockercfg|s3cfg|boto|vault-token|terraformrc|gem_credentials|rediscli_auth)"
    r"|_netrc|(?:application_default_)?credentials?(?:\.(?!md$|py$|pyi$|ts$|tsx$|js$|jsx$|go$|rs$|java$|rb$|kt$|cs$|c$|h$|html$|css$|rst$|txt$)\w+)?"
    r"|secrets?\.(?:ya?ml|json|toml|ini|env|properties|xml)|service[-_]?account[\w-]*\.json|client_secrets?[\w-]*\.json|kubeconfig|htpasswd)$",
    re.IGNORECASE,
)
_SECRET_PLACE: Final = lazy(r"(?:^|/)(?:\.aws/(?:credentials|config)|\.kube/config|\.docker/config\.json|\.ssh/[^/]+|\.gnupg/.+|\.terraform\.d/.+)$")


def is_secret(path: str) -> bool:
    """A file that is there to hold secrets (`.env`, keys, credentials): its path may be told, its content never."""
    return bool(_SECRET_NAME.match(path.rpartition("/")[2]) or _SECRET_PLACE.search(path))
