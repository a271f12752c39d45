"""What happens to people and keys that may then do less than before."""

from tenants.models import Membership, Organization
from users.models import PersonalAPIKey, User

# The status of the next answer, and what is done.
REFUSALS = {
    "key deleted": (401, lambda: PersonalAPIKey.objects.all().delete()),
    "key of another value": (401, lambda: PersonalAPIKey.objects.update(secure_value="other")),
    "key of fewer scopes": (403, lambda: PersonalAPIKey.objects.update(scopes=["insight:read"])),
    "key of another project": (403, lambda: PersonalAPIKey.objects.update(scoped_teams=[10**9])),
    "user inactive": (401, lambda: User.objects.update(is_active=False)),
    "user gone from the organization": (403, lambda: Membership.objects.all().delete()),
    "keys not allowed": (
        403,
        lambda: Organization.objects.update(members_can_use_personal_api_keys=False),
    ),
}
