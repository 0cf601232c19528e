"""Logs in and finds a domain with lexicon's provider for Joker.com, as Debian ships it.

usage: joker.py APIKEY DOMAIN
"""

import sys

from lexicon.config import ConfigResolver
from lexicon.providers.joker import Provider

key, domain = sys.argv[1:]
config = ConfigResolver().with_dict(
    {
        "provider_name": "joker",
        "action": "list",
        "domain": domain,
        "type": "TXT",
        "joker": {"auth_token": key},
    }
)
provider = Provider(config)
provider.authenticate()
print("authenticated:", provider.domain_id)
