# Custom detections of Defender XDR, deployed with the msgraph provider.

resource "msgraph_resource" "lsass_read" {
  url         = "security/rules/detectionRules"
  api_version = "beta"

  body = {
    displayName = "LSASS memory read"
    isEnabled   = true

    queryCondition = {
      queryText = <<-KQL
        DeviceEvents
        | where ActionType == "ReadProcessMemoryApiCall" and FileName =~ "lsass.exe"
        | where InitiatingProcessFileName !in~ ("msmpeng.exe", "${var.edr_process}")
        | project Timestamp, ReportId, DeviceId, DeviceName, InitiatingProcesFileName
      KQL
    }

    schedule = { period = "1H" }

    detectionAction = {
      alertTemplate = {
        title    = "LSASS memory read on {{DeviceName}}"
        severity = "high"
        category = "CredentialAccess"
        impactedAssets = [
          { "@odata.type" = "#microsoft.graph.security.impactedDeviceAsset", identifier = "deviceId" }
        ]
      }
    }
  }
}
