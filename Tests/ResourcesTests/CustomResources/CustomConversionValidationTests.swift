import Testing

@testable import Resources

/// What a kube-apiserver 1.36 says of conversions: the causes of its refusal, or none.
@Suite struct CustomConversionValidationTests {
  private static func causes(_ conversion: Document, replacing old: Document? = nil) throws
    -> [String]
  {
    var definition = try CustomDefinitionTests.definition()
    let former = try old.map { old in
      var former = try CustomDefinitionTests.definition()
      former["spec"]?["conversion"] = old
      return former
    }
    definition["spec"]?["conversion"] = conversion
    return CustomDefinitionTests.causes(definition, replacing: former)
  }

  private static func webhook(_ reviews: Document, _ client: Document? = ["url": "https://a"])
    -> Document
  {
    var webhook: Document = ["conversionReviewVersions": reviews]
    if let client { webhook["clientConfig"] = client }
    return ["strategy": "Webhook", "webhook": webhook]
  }

  @Test("a webhook has a client and a version that the server speaks")
  func webhooks() throws {
    #expect(try Self.causes(Self.webhook(["v1"])) == [])
    #expect(try Self.causes(Self.webhook(["v3", "v1beta1"])) == [])
    #expect(
      try Self.causes(["strategy": "Webhook"]) == [
        "Required spec.conversion.conversionReviewVersions",
        "Required spec.conversion.webhookClientConfig",
      ])
    #expect(
      try Self.causes(Self.webhook(["v3"], ["url": "http://a"])) == [
        "Invalid spec.conversion.conversionReviewVersions",
        "Invalid spec.conversion.webhookClientConfig.url",
      ])
  }

  @Test("versions of reviews are labels, and none is there twice")
  func reviews() throws {
    let both: Document = ["url": "https://a", "service": ["name": "a", "namespace": "b"]]
    #expect(
      try Self.causes(Self.webhook(["v1", "v1", "V2"], both)) == [
        "Invalid spec.conversion.conversionReviewVersions[1]",
        "Invalid spec.conversion.conversionReviewVersions[2]",
        "Required spec.conversion.webhookClientConfig",
      ])
  }

  @Test("a webhook that answered in no known version before may go on")
  func foreignReviews() throws {
    let foreign = Self.webhook(["v3"])
    #expect(try Self.causes(foreign, replacing: foreign) == [])
    #expect(
      try Self.causes(foreign, replacing: Self.webhook(["v1"])) == [
        "Invalid spec.conversion.conversionReviewVersions"
      ])
    #expect(
      try Self.causes(foreign, replacing: ["strategy": "None"]) == [
        "Invalid spec.conversion.conversionReviewVersions"
      ])
  }

  @Test("who converts without a webhook says nothing of one")
  func idle() throws {
    #expect(try Self.causes(["strategy": "None"]) == [])
    #expect(
      try Self.causes(["strategy": "None", "webhook": ["conversionReviewVersions": []]]) == [])
    var conversion = Self.webhook(["v1"])
    let idle = [
      "Forbidden spec.conversion.conversionReviewVersions",
      "Forbidden spec.conversion.webhookClientConfig",
    ]
    for (strategy, cause) in [
      ("None", nil), ("", "Required spec.conversion.strategy"),
      ("Odd", "NotSupported spec.conversion.strategy"),
    ] as [(String, String?)] {
      conversion["strategy"] = Document(strategy)
      #expect(try Self.causes(conversion) == idle + (cause.map { [$0] } ?? []))
    }
  }

  @Test("where unknown members are kept nothing is converted")
  func preservation() throws {
    var definition = try CustomDefinitionTests.definition()
    definition["spec"]?["preserveUnknownFields"] = true
    definition["spec"]?["conversion"] = ["strategy": "None"]
    #expect(CustomDefinitionTests.causes(definition) == ["Invalid spec.preserveUnknownFields"])
    definition["spec"]?["conversion"] = Self.webhook(["v1"])
    #expect(
      CustomDefinitionTests.causes(definition) == [
        "Invalid spec.conversion.strategy", "Invalid spec.preserveUnknownFields",
      ])
    #expect(
      CustomDefinitionTests.causes(definition, replacing: definition) == [
        "Invalid spec.conversion.strategy"
      ])
  }
}
