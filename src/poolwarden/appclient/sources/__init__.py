"""Know where settings are written: one module each, one entry in an ordered tuple; the first that fits wins."""

from poolwarden.appclient.sources.base import Sample, Source
from poolwarden.appclient.sources.cloudformation import CloudFormation
from poolwarden.appclient.sources.describe import Describe
from poolwarden.appclient.sources.elsewhere import Elsewhere
from poolwarden.appclient.sources.terraform_json import TerraformJson
from poolwarden.appclient.sources.terraform_plan import TerraformPlan
from poolwarden.appclient.sources.terraform_state import TerraformState

__all__ = ["SOURCES", "Sample", "Source"]

SOURCES: tuple[Source, ...] = (
    Describe(),
    Elsewhere(),
    TerraformPlan(),
    TerraformState(),
    TerraformJson(),
    CloudFormation(),
)
"""Every source, in the order in which they are asked."""
