// Analytics rules and a hunting query, deployed with Bicep.

param workspaceName string
param lookback string = '1d'

resource workspace 'Microsoft.OperationalInsights/workspaces@2022-10-01' existing = {
  name: workspaceName

  resource hunt 'savedSearches' = {
    name: 'new-listeners'
    properties: {
      category: 'Hunting Queries'
      displayName: 'Programs that listen for the first time'
      query: $'''
        DeviceNetworkEvents
        | where TimeGenerated > ago(${lookback})
        | where ActionType == "ListeningConnectionCreatd"
        | summarize Devices = dcount(DeviceId) by InitiatingProcessFileName, LocalPort
        | where Devices < 3
      '''
    }
  }
}

resource serviceInstalled 'Microsoft.SecurityInsights/alertRules@2023-11-01' = {
  scope: workspace
  name: guid('service-installed')
  kind: 'Scheduled'
  properties: {
    displayName: 'Service installed from a user folder'
    enabled: true
    severity: 'Medium'
    query: '''
      SecurityEvent
      | where EventID == 4697
      | where ServiceFileName has @'\Users\' and ServiceStartType == "2"
      | project TimeGenerated, Computer, SubjectUserName, ServiceName
    '''
    queryFrequency: 'PT1H'
    queryPeriod: 'PT1H'
    triggerOperator: 'GreaterThan'
    triggerThreshold: 0
    suppressionEnabled: false
    suppressionDuration: 'PT5H'
    entityMappings: [
      {
        entityType: 'Host'
        fieldMappings: [
          { identifier: 'HostName', columnName: 'Computr' }
        ]
      }
    ]
    alertDetailsOverride: {
      alertDisplayNameFormat: 'Service {{ServiceName}} installed on {{Computer}}'
    }
  }
}
