"""The only room that touches disk: corpus folder, store, index, snapshots."""
