"""How fast events are captured, beside a bare program, and what that costs everybody else."""
