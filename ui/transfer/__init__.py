"""The Model page for transfer learning: settings and weights on the left, the network and what of it trains right."""
