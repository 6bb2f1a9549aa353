"""What inputs are made of: words of KQL and of the files that hold it, and characters that are easily got wrong."""

from __future__ import annotations

KQL = r"""
DeviceEvents DeviceNetworkEvents SigninLogs DeviceEventz Custom_CL T ActionType DeviceName RemotePort RemoteUrl
AdditionalFields Timestamp TimeGenerated FileName Colmn c1 c2 where extend project project-away project-rename
project-keep project-reorder join lookup union summarize by on kind=inner kind=leftouter kind=leftanti mv-expand
mv-apply parse parse-where parse-kv evaluate bag_unpack(x) distinct sort top take limit count getschema as let
set declare query_parameters pattern macro-expand scan step partition fork facet find search in(T) print range
from to datatable externaldata materialize toscalar invoke serialize make-series render with sample top-nested
and or not( == != =~ !~ < <= > >= = ~ + - * / % in in~ !in !in~ has !has has_cs has_any has_all contains
startswith endswith contains_cs matches between !between .. ( ) [ ] { } , ; : . | || && -> => < <- $left.
$right. 'a' "b" @'c' h'd' ```e``` ~~~f~~~ ' " ``` 'ConnectionSuccess' 'ListeningConnectionCreated' 'x' 1 0x1F
1.5 1e9 1d 2.5h datetime(2024-01-31) datetime(2024-13-41) guid(x) int(null) dynamic([1,2]) dynamic({'a':1}) true
false null tolower( strcat( iff( case( isempty( isnull( tostring( parse_json( ago(1d) now() count() arg_max(
make_set( countif( bag_pack( f( f(x:string){x} view () { } typeof(long) hint.strategy=shuffle isfuzzy=true
withsource=s workspace('w').T database('d') cluster('c') Device* * _ 'un' 'matches regex' @'[a-z]+(' .show
.create {{hole}} {Hole} ${x} %{if x} // /* */ // kql-lint: disable=KL101 kql-lint: disable-next-line=KL201
kql-lint: enable=KL101 kql-lint: disable-file=ALL until=2020-01-01 -- reason
""".split()

HOSTS = r"""
query: kind: NRT name: id: queryFrequency: PT1H queryPeriod: P1D entityMappings: fieldMappings: columnName:
customDetails: alertDetailsOverride: triggerThreshold: - | > |- >+ |2 &a *a <<: !!str --- ... # {a: [b, "query":
"queryText": "queryCondition": "resources": "type": "Microsoft.SecurityInsights/alertRules" "properties":
"variables": [concat( [variables( parameters( format( replace( ')] "items": "content": "KqlItem/1.0" "cells":
"source": "cell_type": "code" %%kql %kql ```kql ```kusto ``` ~~~ <!-- --> > 1. * resource var param locals
"azurerm_sentinel_alert_rule_nrt" query = <<EOT <<-EOT EOT ${local.a} $${ %{ ''' $''' \' \n \u0041 \x \ \"
for_each each.value jsonencode( templatefile( join( merge( existing module if (x) for x in y: ? : ?? { } [ ] ( )
, null
""".split()

CHARACTERS = (
    "\n", "\r", "\r\n", "\n\n", "\t", " ", "\u00a0", "\u2028", "\u2029", "\u0085", "\v", "\f", "\x1b", "\x00", "\x7f",
    "\u200b", "\u202e", "\ufeff", "\ufffd", "\ufffe", "é", "e\u0301", "日本", "😀", "👩\u200d💻", "“", "”", "’", "–",
    "\\", "`", "$", "#", "@", "§", "&",
)  # fmt: skip
