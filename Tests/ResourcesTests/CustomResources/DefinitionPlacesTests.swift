import Testing

@testable import Resources

@Suite struct DefinitionPlacesTests {
  private static let first: Document = [
    "name": "v1", "schema": ["openAPIV3Schema": ["type": "object"]],
    "subresources": ["status": [:]],
  ]

  private static let second: Document = [
    "name": "v2", "schema": ["openAPIV3Schema": ["type": "object"]],
  ]

  @Test("what one version states stands for all")
  func one() {
    let places = DefinitionPlaces([Self.first])
    #expect(places.field(of: .schema, in: 0) == "spec.validation")
    #expect(places.field(of: .subresources, in: 0) == "spec.subresources")
    #expect(places.field(of: .additionalPrinterColumns, in: 0) == "spec.additionalPrinterColumns")
    #expect(places.field(of: .selectableFields, in: 0) == "spec.selectableFields")
  }

  @Test("what several state alike is told of once, and what they do not, of each")
  func several() {
    let places = DefinitionPlaces([Self.first, Self.second])
    #expect(places.field(of: .schema, in: 1) == "spec.validation")
    #expect(!places.isSaid(of: .schema, in: 0) && places.isSaid(of: .schema, in: 1))
    #expect(places.field(of: .subresources, in: 1) == "spec.versions[1].subresources")
    #expect(!places.isSaid(of: .subresources, in: 1))
  }

  @Test("an empty list states nothing")
  func empty() {
    var third = Self.second
    third["selectableFields"] = .emptyArray
    let places = DefinitionPlaces([Self.second, third])
    #expect(places.isCommon(.selectableFields))
    third["selectableFields"] = [["jsonPath": ".a"]]
    #expect(!DefinitionPlaces([Self.second, third]).isCommon(.selectableFields))
  }
}
