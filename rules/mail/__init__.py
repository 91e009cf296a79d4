"""Mail protection and encryption: who may send as the clinic, and whether staff can encrypt."""
