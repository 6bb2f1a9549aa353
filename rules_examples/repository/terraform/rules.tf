# Analytics rules of the SOC, deployed with the azurerm provider.

locals {
  # What all rules about drives begin with.
  drive_events = <<-KQL
    DeviceEvents
    | where ActionType == "UsbDriveMounted"
    | extend Drive = tostring(parse_json(AdditionalFields).DriveLetter)
  KQL
}

resource "azurerm_sentinel_alert_rule_scheduled" "drive_then_copy" {
  name                       = "drive-then-copy"
  log_analytics_workspace_id = var.workspace_id
  display_name               = "Files copied to a drive on ${var.environment} devices"
  severity                   = "Medium"
  tactics                    = ["Exfiltration"]
  query_frequency            = "PT1H"
  query_period               = "PT2H"

  query = <<-KQL
    let drives = ${local.drive_events}
    | where DeviceName startswith "${var.device_prefix}"
    | project DeviceId, Drive, Mounted = TimeGenerated;
    DeviceFileEvents
    | where ActionType == "FileCreatd"
    | join kind=inner drives on DeviceId
    | where TimeGenerated between (Mounted .. 1h) and FolderPath startswith Drive
    | summarize Files = count(), Example = any(FileName) by DeviceName, Drive
  KQL

  entity_mapping {
    entity_type = "Host"
    field_mapping {
      identifier  = "HostName"
      column_name = "DeviceName"
    }
  }

  custom_details = {
    Drive = "Drive"
    User  = "AccountName"
  }
}

resource "azurerm_sentinel_alert_rule_nrt" "log_cleared" {
  name                       = "log-cleared"
  log_analytics_workspace_id = var.workspace_id
  display_name               = "Security log cleared"
  severity                   = "High"
  query                      = "SecurityEvent | where EventID == 1102 | project TimeGenerated, Computer, Account"

  event_grouping {
    aggregation_method = "AlertPerResult"
  }
}

# One rule a list of hosts, all with the same query.
resource "azurerm_sentinel_alert_rule_nrt" "watched" {
  for_each                   = var.watched
  name                       = "watched-${each.key}"
  log_analytics_workspace_id = var.workspace_id
  display_name               = "Logon to a watched host (${each.key})"
  severity                   = "Low"

  query = <<-KQL
    DeviceLogonEvents
    | where ActionType == "LogonSuccess" and LogonType == "RemoteInteractive"
    | where DeviceName in~ (${join(", ", formatlist("\"%s\"", each.value))})
    %{ if length(var.admins) > 0 ~}
    | where AccountName !in~ (${jsonencode(var.admins)})
    %{ endif ~}
  KQL

  event_grouping {
    aggregation_method = "SingleAlert"
  }
}
