"""The Microsoft stand-in must refuse what Microsoft refuses."""
