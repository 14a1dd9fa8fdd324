"""The figures of signing in. The settings read them too, so nothing here imports Django.

Sources: NIST SP 800-63B (lengths of passwords; 2.2.3 of its third revision for how long a session may last at
level AAL2).
"""

from datetime import timedelta

LONGEST_SESSION = timedelta(hours=12)
LONGEST_IDLE = timedelta(minutes=30)

FAILURES = "5/5m/key,20/m/ip"
"""How often signing in may fail: for an account in five minutes, from one address in a minute."""

WRONG_TOKENS = "20/m/ip"
"""How many wrong tokens from one address in a minute are answered one by one."""

PASSWORD_ALONE = 15
PASSWORD_WITH_SECOND_FACTOR = 8
"""The least number of characters."""

INVITATION = timedelta(days=7)
DRAFT = timedelta(days=1)
