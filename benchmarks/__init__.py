"""Measurements that anybody can repeat on their own texts and machine."""
