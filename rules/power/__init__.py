"""Power Platform and Power BI."""
