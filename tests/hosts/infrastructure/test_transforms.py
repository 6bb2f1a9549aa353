"""Transformations of data collection rules in Bicep and Terraform."""

from __future__ import annotations

from kql_lint.hosts import HostedQuery, extract
from kql_lint.source import Source

BICEP = """\
resource acme 'Microsoft.Insights/dataCollectionRules@2022-06-01' = {
  name: 'acme'
  properties: {
    streamDeclarations: {
      'Custom-Acme': {
        columns: [
          { name: 'time', type: 'datetime' }
          { name: 'message', type: 'string' }
        ]
      }
    }
    dataFlows: [
      {
        streams: ['Custom-Acme']
        transformKql: 'source | project Text = message'
        outputStream: 'Custom-Acme_CL'
      }
      { streams: [stream], transformKql: 'source | take 2' }
    ]
  }
}
"""
TERRAFORM = """\
resource "azurerm_monitor_data_collection_rule" "acme" {
  name = "acme"
  stream_declaration {
    stream_name = "Custom-Acme"
    column {
      name = "time"
      type = "datetime"
    }
    column {
      name = "message"
      type = "string"
    }
  }
  data_flow {
    streams       = ["Custom-Acme"]
    output_stream = "Custom-Acme_CL"
    transform_kql = "source | project Text = message"
  }
  data_flow {
    streams       = [var.stream]
    transform_kql = "source | take 2"
  }
}
"""


def queries(name: str, text: str) -> list[HostedQuery]:
    found = extract(Source(name, text))
    assert found is not None
    assert found.diagnostics == []
    return found.queries


def test_transformations_read_the_columns_of_their_streams() -> None:
    for name, text in (("a.bicep", BICEP), ("a.tf", TERRAFORM)):
        first, second = queries(name, text)

        assert first.text == (
            "let source = datatable(['time']: datetime, ['message']: string)[]; source | project Text = message"
        )
        assert (first.kind, first.platform, first.label) == ("transformation", "sentinel", "Custom-Acme_CL")
        start = first.map.span(first.preamble, first.preamble + 1)[0]
        assert text.startswith("source | project", start)
        assert second.text == "let source = table('source'); source | take 2"
