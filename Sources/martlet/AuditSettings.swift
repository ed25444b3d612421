import APIServer
import Foundations
import Logging
import Resources
import Security
import Settings

/// Where a server writes requests down, and what of them.
struct AuditSettings: Sendable {
  let policyFile: String
  let logPath: String?
  let logLimits: AuditFile.Limits
  let webhookFile: String?
  let webhookLimits: AuditWebhook.Limits

  /// - Returns: `nil` where nothing is to be written down.
  init?(_ settings: ServerSettings) {
    guard let policyFile = settings.auditPolicyFile else { return nil }
    self.policyFile = policyFile
    logPath = settings.auditLogPath
    webhookFile = settings.auditWebhookFile
    var logLimits = AuditFile.Limits()
    logLimits.byteCountMax = settings.auditLogMegabytesMax << 20
    logLimits.backupsMax = settings.auditLogBackupsMax
    logLimits.ageMaxDays = settings.auditLogAgeMaxDays
    self.logLimits = logLimits
    var webhookLimits = AuditWebhook.Limits()
    webhookLimits.batchWait = .seconds(settings.auditWebhookWaitSeconds)
    self.webhookLimits = webhookLimits
  }

  struct Failure: Error, CustomStringConvertible {
    let path: String
    let reason: String
    var description: String { "audit-policy-file \(path): \(reason)" }
  }

  /// Opens the log. Blocks on disk.
  /// - Throws: where a file cannot be read, or says nothing that can be followed.
  func open(_ logger: Logger) throws -> AuditLog {
    var backends: [any AuditBackend] = []
    if let logPath {
      backends.append(try AuditFile(path: logPath, limits: logLimits, logger: logger))
    }
    if let webhookFile {
      let connection = try ClusterConnection(kubeconfig: webhookFile)
      backends.append(try AuditWebhook(connection, limits: webhookLimits, logger: logger))
    }
    return AuditLog(try readPolicy(), backends)
  }

  private func readPolicy() throws -> AuditPolicy {
    guard let bytes = try DurableFile.read(policyFile) else {
      throw Failure(path: policyFile, reason: "there is no such file")
    }
    do {
      return try AuditPolicy(try DocumentParser.parse(yaml: bytes))
    } catch {
      throw Failure(path: policyFile, reason: "\(error)")
    }
  }
}
