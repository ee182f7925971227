# What is printed. What is not here is said as in Japanese.
