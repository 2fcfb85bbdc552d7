"""Know where settings are written: one module each, one entry in an ordered tuple; the first that fits wins."""

from poolwarden.appclient.sources.base import Sample, Source
from poolwarden.appclient.sources.cloudformation import CloudFormation
from poolwarden.appclient.sources.describe import Describe, Listing
from poolwarden.appclient.sources.terraform_json import TerraformJson
from poolwarden.appclient.sources.terraform_plan import TerraformPlan

__all__ = ["SOURCES", "Sample", "Source"]

SOURCES: tuple[Source, ...] = (
    Describe(),
    Listing(),
    TerraformPlan(),
    TerraformJson(),
    CloudFormation(),
)
"""Every source, in the order in which they are asked."""
