"""The embedded engine keeps the contract, on whichever database the tests run."""

import pytest

from search.embedded.gateway import EmbeddedGateway
from search.gateways import Gateway
from tests.contracts.search_gateway import SearchGatewayContract


@pytest.mark.django_db
class TestEmbeddedGateway(SearchGatewayContract):
    @pytest.fixture
    def engine(self) -> Gateway:
        return EmbeddedGateway()
