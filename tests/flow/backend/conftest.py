from backend_fixtures import backend, own_backend, owner, shared_backend

__all__ = ["backend", "own_backend", "owner", "shared_backend"]
