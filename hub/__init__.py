"""The city hub: keeps sealed bundles it cannot read and hands them to the PCs they are for.

``python -m hub new DIR --network ROOT`` makes one, ``python -m hub serve DIR`` runs it. The protocol stands
in ``docs/hub-protocol.md``, the operator's manual in ``docs/hub.md``. Of the desk it knows the formats only.
"""
