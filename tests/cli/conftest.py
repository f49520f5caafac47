from tests.life.conftest import watched  # noqa: F401
