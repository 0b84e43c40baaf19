"""``python -m sms_classifier``."""

import sys

from sms_classifier.cli import main

sys.exit(main())
