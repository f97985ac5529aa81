"""The way in on AKS: its application routing, by the Gateway API."""

from components.routing import Routing
from components.workloads.routes.classes import GATEWAY_CLASSES

ROUTING = Routing(gateway_class=GATEWAY_CLASSES["azure"])
"""https://learn.microsoft.com/azure/aks/app-routing-gateway-api"""
