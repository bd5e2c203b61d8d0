"""The ground floor: the grammar of every act; it knows no noun of the domain."""

VERSION = "0.1.0"
