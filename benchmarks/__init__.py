"""Measurements that anyone can repeat, printed beside named peers in the same run."""
