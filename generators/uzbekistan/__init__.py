"""How the Uzbekistan pack came about: figures chosen and re-keyed, definitions written, then assembled."""
