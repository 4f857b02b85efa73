from backend_fixtures import backend, own_backend, owner, shared_backend, signed_in

__all__ = ["backend", "own_backend", "owner", "shared_backend", "signed_in"]
