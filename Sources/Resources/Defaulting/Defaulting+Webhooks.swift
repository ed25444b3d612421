extension Defaulting {
  /// Source: admissionregistration/v1 MutatingWebhook and ValidatingWebhook.
  static func validatingWebhooks(_ configuration: inout Document) {
    configuration.editEach("webhooks", webhook)
  }

  static func mutatingWebhooks(_ configuration: inout Document) {
    configuration.editEach("webhooks") { hook in
      webhook(&hook)
      hook.setDefault("reinvocationPolicy", "Never")
    }
  }

  private static func webhook(_ hook: inout Document) {
    hook.setDefault("failurePolicy", "Fail")
    hook.setDefault("matchPolicy", "Equivalent")
    hook.setDefault("namespaceSelector", .emptyObject)
    hook.setDefault("objectSelector", .emptyObject)
    hook.setDefault("timeoutSeconds", 10)
    hook.editEach("rules") { $0.setDefault("scope", "*") }
    hook.edit("clientConfig") { config in
      config.edit("service") { $0.setDefault("port", 443) }
    }
  }
}
