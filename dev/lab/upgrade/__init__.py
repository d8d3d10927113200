"""An upgrade beside a twin that stays as it was: what differs must have been meant."""
