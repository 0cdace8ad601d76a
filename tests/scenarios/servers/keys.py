"""Who we are at the channels: our client, and a spare one for when the first is in doubt."""

CLIENT = "credit-pay"
SPARE_CLIENT = "credit-pay-spare"
SECRETS = {CLIENT: "secret-of-credit-pay", SPARE_CLIENT: "secret-of-the-spare"}
