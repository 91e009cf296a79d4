"""A pretend Google Workspace: token endpoint, Directory, Policy API, Gmail settings, Reports and the rest.

Written from Google's discovery documents and guides, and from nothing else in this product. The shape of a tenant's
``state`` is documented in ``workspace.py``.
"""
