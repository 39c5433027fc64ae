"""Alembic's environment: the caller hands over the connection and the check that ends every step.

Each step and its version stamp are one transaction, whose BEGIN the engine's events say (DDL included, which
the driver by itself would not do). Without ``transaction_per_migration`` a failure in the third step would
also take back the first. May know no models: a migration stands alone.
"""

from __future__ import annotations

from alembic import context

attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    target_metadata=attributes.get("metadata"),
    transactional_ddl=True,
    transaction_per_migration=True,
    render_as_batch=True,
    on_version_apply=attributes.get("after_step"),
)
with context.begin_transaction():
    context.run_migrations()
