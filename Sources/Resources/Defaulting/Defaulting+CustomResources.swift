extension Defaulting {
  /// Source: Kubernetes API reference, "CustomResourceDefinitionSpec".
  @Sendable static func customResourceDefinition(_ definition: inout Document) {
    definition.edit("spec") { spec in
      spec.edit("names") { names in
        guard let kind = names["kind"]?.string, !kind.isEmpty else { return }
        names.setDefaultText("singular", Document(kind.lowercased()))
        names.setDefaultText("listKind", Document(kind + "List"))
      }
      spec.setDefault("conversion", ["strategy": "None"])
      spec.edit("conversion") { conversion in
        conversion.edit("webhook") { webhook in
          webhook.edit("clientConfig") { client in
            client.edit("service") { $0.setDefault("port", 443) }
          }
        }
      }
    }
  }
}
