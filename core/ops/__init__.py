"""Operations: logs, metrics, health, backups, encryption, system checks."""
