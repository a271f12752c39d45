"""HTTP without a domain: middleware, parsers, renderers, routing, paging, serializers, errors."""
