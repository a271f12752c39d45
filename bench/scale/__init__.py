"""What becomes slower when there is more: a large project beside a small one."""
